export type { IncomingRequest, OutgoingResponse } from './bridge/node-http.ts'
export type { WebHandler } from './bridge/web-handler.ts'
export { type NextApiRouteHandler, toNextApiHandler } from './next/to-next-api-handler.ts'
export { type NextRoute, type NextRouteHandler, toNextRoute } from './next/to-next-route.ts'
