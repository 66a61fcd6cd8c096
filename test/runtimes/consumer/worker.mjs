import { journey } from './journey.mjs'

export default {
  async fetch(request) {
    const gateway = new URL(request.url).searchParams.get('gateway')
    return new Response(await journey(gateway).catch((error) => String(error.stack)))
  },
}
