/** The line of an Express app that answers whatever comes to it, counted from 1: what is mounted below it is never asked. */
export function catchAllLine(code: string, appName: string): number | undefined {
  const start = `${appName.replace(/\W/g, '\\$&')}\\s*\\.\\s*(?:use|all|get)\\(`
  const calls = [...code.matchAll(new RegExp(`(?<![\\w$.])${start}`, 'g'))]
  const found = calls.find(({ index }, position) => answersAll(code.slice(index, calls[position + 1]?.index)))
  return found && code.slice(0, found.index).split('\n').length
}

/** Such as `app.all('*', …)`, `app.use(notFound)`, or a handler without a path that answers 404. */
function answersAll(call: string): boolean {
  const [, verb, first = ''] = /(use|all|get)\(\s*([\s\S]*)/.exec(call) ?? []
  if (/^['"`/]/.test(first)) return /^(['"`]\/?\{?\/?\*\w*\}?['"`]|\/\.\*\/)/.test(first)
  return (
    verb === 'use' && (/^\w*notFound/i.test(first) || (/^(async\b|function\b|\()/.test(first) && /\b404\b/.test(first)))
  )
}
