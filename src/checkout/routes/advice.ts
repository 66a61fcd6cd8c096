/** An error whose words say all there is to say: of the lines at which it was made, none would help. */
export function advice(text: string): Error {
  const error = new Error(text)
  error.stack = String(error)
  return error
}
