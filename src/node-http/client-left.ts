/** Why a request's signal and its body end early. */
export function clientLeft(): DOMException {
  return new DOMException('The client left before the answer.', 'AbortError')
}
