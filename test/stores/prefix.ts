let count = 0

/** A prefix that no other test of this process has. */
export function nextPrefix(): string {
  count += 1
  return `test${count}_`
}
