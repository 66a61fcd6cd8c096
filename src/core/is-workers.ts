/** On Workers a request must not wait for a promise of another request: it may never settle. */
export function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}
