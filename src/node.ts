export { type NodeListener, type NodeListenerOptions, toNodeListener } from './node/to-node-listener.ts'
export type { WebHandler } from './node-http/web-handler.ts'
