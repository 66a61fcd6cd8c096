/** An answer to a script. */
export function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}

/** Sends a browser on with a GET, whatever it came with. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}

/** Words for a person, where there is nowhere to send them. */
export function plainText(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}
