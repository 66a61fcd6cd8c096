import { readFileSync } from 'node:fs'
import { transformAsync } from '@babel/core'
import { build } from 'esbuild'
import { JSDOM } from 'jsdom'
import { compile } from 'svelte/compiler'
import { describe, expect, it, vi } from 'vitest'
import { compileScript, parse } from 'vue/compiler-sfc'
import type { Khalti } from '../../../src/browser.ts'

const docs = readFileSync('docs/browser.md', 'utf8')

/** The ten lines of docs/browser.md, in the language of their code block. */
function documented(language: string): string {
  const code = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(docs)?.[1]
  if (code === undefined) throw new Error(`docs/browser.md has no ${language} block.`)
  return code
}

/** What a front end becomes: a module that puts it into `#app`, and the page before that. */
interface FrontEnd {
  page: string
  module: string
}

const app = '<div id="app"></div>'

const frontEnds: Record<string, () => FrontEnd | Promise<FrontEnd>> = {
  'Vue 3': () => {
    const { descriptor } = parse(documented('vue'))
    const { content } = compileScript(descriptor, { id: 'pay', inlineTemplate: true })
    const component = content.replace('export default', 'const Pay =')
    return { page: app, module: `import { createApp } from 'vue'\n${component}\ncreateApp(Pay).mount('#app')` }
  },
  'Svelte 5': () => {
    const { js } = compile(documented('svelte'), { name: 'Pay', generate: 'client' })
    const component = js.code.replace('export default function', 'function')
    return {
      page: app,
      module: `import { mount } from 'svelte'\n${component}\nmount(Pay, { target: document.getElementById('app') })`,
    }
  },
  Solid: async () => {
    const compiled = await transformAsync(documented('jsx'), { presets: ['babel-preset-solid'], babelrc: false })
    const render = 'render(() => PayButton(), document.getElementById("app"))'
    return { page: app, module: `import { render } from 'solid-js/web'\n${compiled?.code}\n${render}` }
  },
  'no framework': () => {
    const html = documented('html')
    const [tag = '', script = ''] = /<script type="module">([\s\S]*?)<\/script>/.exec(html) ?? []
    return { page: html.replace(tag, ''), module: script }
  },
}

/** Opens the page in a browser's DOM; `answer` is what its shop answers. */
async function open({ page, module }: FrontEnd, answer: Response) {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: '.', loader: 'js' },
    alias: { 'khalti-kit/browser': './src/browser.ts' },
    bundle: true,
    write: false,
    conditions: ['browser', 'production'],
    define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const asked: [url: string, body: unknown][] = []
  const { window } = new JSDOM(page, { runScripts: 'outside-only', url: 'https://shop.example/checkout' })
  window.fetch = async (url, init) => {
    asked.push([String(url), JSON.parse(String(init?.body))])
    return answer
  }
  window.eval(outputFiles[0]?.text ?? '')
  const { document } = window
  const text = () => document.querySelector('[role=status]')?.textContent?.trim()
  return { asked, text, button: () => document.querySelector('button'), close: () => window.close() }
}

describe.each(Object.keys(frontEnds))('the ten lines for %s in docs/browser.md', (name) => {
  it('The ten lines are ten lines, or nearly', async () => {
    const { module } = await (frontEnds[name] ?? (() => expect.unreachable()))()
    expect(module).toContain('khalti-kit/browser')
    const language = { 'Vue 3': 'vue', 'Svelte 5': 'svelte', Solid: 'jsx', 'no framework': 'html' }[name] ?? ''
    expect(
      documented(language)
        .split('\n')
        .filter((line) => line.trim() !== '').length,
    ).toBeLessThanOrEqual(14)
  })

  it('The ten lines start a payment, and show where it stands', async () => {
    const frontEnd = await (frontEnds[name] ?? (() => expect.unreachable()))()
    const json = { error: 'This order is paid.', code: 'already-paid' }
    const { asked, text, button, close } = await open(frontEnd, Response.json(json, { status: 409 }))
    try {
      button()?.click()
      await expect.poll(text).toBe('failed already-paid')
      expect(asked).toEqual([['/api/khalti/initiate', { orderId: 'A-42' }]])
      expect(button()?.getAttribute('aria-disabled') ?? button()?.ariaDisabled).toBe('false')
    } finally {
      close()
    }
  })
})

// As a server renders it: Vue by its renderer for servers, Solid by what its compiler makes for them.
const onServers: Record<string, () => Promise<string>> = {
  'Vue 3': async () => {
    const { descriptor } = parse(documented('vue'))
    const { content } = compileScript(descriptor, { id: 'pay', inlineTemplate: true })
    const imports = "import { createSSRApp } from 'vue'\nimport { renderToString } from 'vue/server-renderer'"
    const component = content.replace('export default', 'const Pay =')
    return `${imports}\n${component}\nexport const html = await renderToString(createSSRApp(Pay))`
  },
  Solid: async () => {
    const presets = [['babel-preset-solid', { generate: 'ssr' }]]
    const compiled = await transformAsync(documented('jsx'), { presets, babelrc: false })
    const imports = "import { renderToString } from 'solid-js/web'"
    return `${imports}\n${compiled?.code}\nexport const html = renderToString(() => PayButton())`
  },
}

it.each(Object.keys(onServers))(
  'The ten lines for %s show where a payment stands on a server too, and listen to nothing there: nobody ever leaves',
  async (name) => {
    const code = await (onServers[name] ?? (() => expect.unreachable()))()
    const listened = vi.fn()
    vi.stubGlobal('watched', (khalti: Khalti): Khalti => {
      return { ...khalti, subscribe: listened.mockImplementation(khalti.subscribe) }
    })
    const { outputFiles } = await build({
      stdin: { contents: code.replace('createKhalti()', 'watched(createKhalti())'), resolveDir: '.', loader: 'js' },
      alias: { 'khalti-kit/browser': './src/browser.ts' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///x.js')" },
      logLevel: 'error',
    })
    const { html } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
    vi.unstubAllGlobals()
    expect(html).toContain('idle')
    expect(listened).not.toHaveBeenCalled()
  },
)
