import ts from 'typescript'

/** A test's title as it stands in the file, with the line it is on. */
export interface Title {
  line: number
  /** What is only known at run time is `…`; undefined where all of it is. */
  text: string | undefined
}

/** The titles of a test file's cases: of `it`, `test`, and their `each`, `skipIf` and the like. */
export function titlesOf(path: string, text: string): Title[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const found: Title[] = []
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && isCase(node)) {
      const [title] = node.arguments
      const { line } = file.getLineAndCharacterOfPosition(node.getStart())
      found.push({ line: line + 1, text: title && readable(title) })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

const takesNoTitle = new Set(['each', 'for', 'skipIf', 'runIf', 'extend'])

/** `it('…', run)`, `test.skipIf(…)('…', run)`, `it.each(…)('…', run)`: what is called last has the title. */
function isCase({ expression, arguments: given }: ts.CallExpression): boolean {
  if (given.length < 2) return false
  if (ts.isPropertyAccessExpression(expression) && takesNoTitle.has(expression.name.text)) return false
  let callee: ts.Expression = expression
  while (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) callee = callee.expression
  return ts.isIdentifier(callee) && ['it', 'test'].includes(callee.text)
}

function readable(title: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(title)) return title.text
  if (!ts.isTemplateExpression(title)) return undefined
  return [title.head.text, ...title.templateSpans.map(({ literal }) => literal.text)].join('…')
}

const wordsOf = (text: string) => new Set(text.trim().split(/\s+/))

/** Words that a sentence goes on with: before them stands a subject, which a report does not show. */
const continuations = wordsOf(`
  that which who whose and or but nor so also too then than as if when where while until unless after before since because
  with without within in on at by for from of to into over under between behind beside through about against
  is are was were be been has have had may can must cannot might could should would will shall
  held seen paid given made kept sent left built taken told found only even still just there here neither such like`)

/** Words that a sentence's subject begins with. */
const subjects = wordsOf(`
  a an the no every each all any some both another one two three four five six many most few half either
  what whatever whoever whichever nobody nothing nowhere somebody something it its this these those`)

/** Words in -s that are no verbs. */
const noVerbs = wordsOf('this its his us always perhaps thus as is has was yes less plus minus various')

const auxiliary = /^(is|are|was|were|has|have|had|does|do|did|can|cannot|may|must|will)$/

/** Why this is no fact by itself; undefined where it is one. */
export function titleFault(title: string | undefined): string | undefined {
  if (title === undefined) return 'is made at run time as a whole: write the sentence down, and put in what changes'
  const words = title
    .replace(/%[sdifjo#%]|\$[\w.]+/g, 'this thing')
    .split(/\s+/)
    .map((word) => word.replace(/[,:;]$/, ''))
  const [first = '', second = ''] = words
  if (words.length < 3) return 'is too short to say a fact'
  if (continuations.has(first) || /^[a-z]+ed$/.test(first)) return `begins with "${first}", so it needs its describe`
  if (isVerb(first === 'never' ? second : first)) return undefined
  if (/^[a-z]+$/.test(first) && !subjects.has(first) && !isVerb(second) && !auxiliary.test(second)) {
    return `begins with "${first}", which is neither a subject nor a verb of one ("gives", "refuses")`
  }
  // A guess: a plural noun passes for a verb.
  return words.slice(1).some((word) => isVerb(word) || auxiliary.test(word)) ? undefined : 'has no verb'
}

const isVerb = (word: string) => /^[a-z-]{2,}s$/.test(word) && !noVerbs.has(word)
