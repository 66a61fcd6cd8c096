export { type NextApiRouteHandler, toNextApiHandler } from './next/to-next-api-handler.ts'
export { type NextRoute, type NextRouteHandler, toNextRoute } from './next/to-next-route.ts'
export type { IncomingRequest, OutgoingResponse } from './node-http/node-http.ts'
export type { WebHandler } from './node-http/web-handler.ts'
