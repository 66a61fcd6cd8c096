export type { WebHandler } from './bridge/web-handler.ts'
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './node/to-node-listener.ts'
