import { journey } from './journey.mjs'

addEventListener('fetch', (event) => {
  const gateway = new URL(event.request.url).searchParams.get('gateway')
  event.respondWith(
    journey(gateway)
      .catch((error) => String(error.stack))
      .then((text) => new Response(text)),
  )
})
