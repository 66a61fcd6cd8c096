import { createContext, runInContext } from 'node:vm'

/** What React asks the phone to show. */
interface Shown {
  view: string
  props: { text?: string; accessibilityRole?: string }
  handle: unknown
  children: Shown[]
}

/** What the shop answers to the app. */
export type Shop = (request: { method: string; url: string; headers: Record<string, string>; body: string }) => {
  status: number
  json: unknown
}

/** What a customer does with the app, and what they see. */
export interface Device {
  /** The texts on the screen. A text outside of `Text` is on none. */
  texts(): string[]
  /** Presses the button with this title. */
  press(title: string): void
  /** The pages that the in-app browser was led to. */
  opened: string[]
  /** Closes the in-app browser. */
  close(): void
  /** Leads the in-app browser to a deep link, which brings the app back to the front. */
  follow(link: string): void
  /** What the app threw or complained of. */
  faults: string[]
}

type Module = Record<string, unknown>

/** What Expo's modules tell of events with. */
class EventEmitter {
  readonly #heard = new Map<string, (detail: unknown) => void>()
  addListener(event: string, hear: (detail: unknown) => void) {
    this.#heard.set(event, hear)
    return { remove: () => this.#heard.delete(event) }
  }
  removeListener() {}
  removeAllListeners() {}
  emit(event: string, detail: unknown) {
    this.#heard.get(event)?.(detail)
  }
}

/** What the app gives the phone to call. */
interface Callable {
  AppRegistry: { runApplication(name: string, parameters: object): void }
  RCTDeviceEventEmitter: { emit(event: string, detail: unknown): void }
}

/**
 * Starts the bundle of an app as an Android phone does: with the globals of Hermes, the renderer's native half and the
 * native modules that the app asks for. React, React Native and Expo are those of the bundle, `fetch` and `AbortController`
 * among them; there is no `document`, `location` or `addEventListener`.
 */
export function startApp(code: string, { link, shop }: { link?: string; shop: Shop }): Device {
  const screen = renderer()
  const callable = {} as Callable
  const faults: string[] = []
  const opened: string[] = []
  const modules = nativeModules(faults)
  const linking = Object.assign(new EventEmitter(), { getLinkingURL: () => link ?? null })
  const world = createContext({
    ...{ clearInterval, clearTimeout, setInterval, setTimeout, TextEncoder },
    requestAnimationFrame: (run: () => void) => setTimeout(run),
    // React Native reports what goes to `console.error` like what is thrown.
    console: { ...console, log() {}, error() {} },
    expo: expoModules({ shop, linking, opened }),
    nativeFabricUIManager: screen.manager,
    nativeModuleProxy: new Proxy({}, { get: (_, name) => modules[String(name)] ?? null }),
    RN$Bridgeless: true,
    RN$registerCallableModule: (name: string, get: () => unknown) => Object.defineProperty(callable, name, { get }),
  })
  runInContext('globalThis.global = globalThis', world)
  runInContext(code, world, { filename: 'bundle.js' })
  callable.AppRegistry.runApplication('main', { rootTag: 1, initialProps: {} })
  const close = () => callable.RCTDeviceEventEmitter.emit('appStateDidChange', { app_state: 'active' })
  return {
    opened,
    faults,
    close,
    follow(url) {
      callable.RCTDeviceEventEmitter.emit('url', { url })
      linking.emit('onURLReceived', { url })
      close()
    },
    texts: () => textsOf(screen.shown()),
    press: (title) => screen.click(buttonOf(screen.shown(), title)),
  }
}

const textsOf = (nodes: Shown[], isInText = false): string[] =>
  nodes.flatMap(({ view, props, children }) => {
    if (view === 'RCTRawText') return isInText && props.text ? [props.text] : []
    return textsOf(children, view === 'RCTText' || view === 'RCTVirtualText')
  })

function buttonOf(nodes: Shown[], title: string): Shown {
  const all = (some: Shown[]): Shown[] => some.flatMap((node) => [node, ...all(node.children)])
  const found = all(nodes).find((node) => node.props.accessibilityRole === 'button' && textsOf([node]).includes(title))
  if (!found) throw new Error(`There is no button ${title} beside ${textsOf(nodes)}.`)
  return found
}

/** The native half of React Native's renderer: a tree that is never changed, but copied. */
function renderer() {
  let shown: Shown[] = []
  let heard = (_target: unknown, _event: string, _detail: object) => {}
  const manager = {
    unstable_DefaultEventPriority: 32,
    unstable_DiscreteEventPriority: 2,
    unstable_getCurrentEventPriority: () => 32,
    registerEventHandler(hear: typeof heard) {
      heard = hear
    },
    createNode: (_tag: number, view: string, _root: number, props: Shown['props'] | null, handle: unknown): Shown => ({
      ...{ view, props: { ...props }, handle },
      children: [],
    }),
    cloneNodeWithNewProps: (node: Shown, props: object) => ({ ...node, props: { ...node.props, ...props } }),
    cloneNodeWithNewChildren: (node: Shown) => ({ ...node, children: [] }),
    cloneNodeWithNewChildrenAndProps: (node: Shown, props: object) => ({
      ...node,
      props: { ...node.props, ...props },
      children: [],
    }),
    createChildSet: (): Shown[] => [],
    appendChild: (node: Shown, child: Shown) => void node.children.push(child),
    appendChildToSet: (set: Shown[], child: Shown) => void set.push(child),
    completeRoot(_root: number, children: Shown[]) {
      shown = children
    },
  }
  return { manager, shown: () => shown, click: ({ handle }: Shown) => heard(handle, 'topClick', {}) }
}

/** React Native's modules that the app does not start without. Of all others it is told that the phone has none. */
function nativeModules(faults: string[]): Record<string, Module> {
  const size = { width: 400, height: 800, scale: 2, fontScale: 1 }
  const quiet = (constants: object = {}, methods: Module = {}) =>
    new Proxy(methods, {
      get: (_, name) => (name === 'getConstants' ? () => constants : (methods[String(name)] ?? (() => undefined))),
    })
  return {
    AppState: quiet({ initialAppState: 'active' }),
    DeviceEventManager: quiet(),
    DeviceInfo: quiet({ Dimensions: { window: size, screen: size } }),
    ExceptionsManager: quiet({}, { reportException: ({ message }: Error) => faults.push(message) }),
    I18nManager: quiet({ isRTL: false }),
    IntentAndroid: quiet(),
    NativeAnimatedModule: quiet(),
    NativeDOMCxx: { linkRootNode: () => ({}) },
    NativeMicrotasksCxx: { queueMicrotask },
    NativeReactNativeFeatureFlagsCxx: {},
    Networking: quiet(),
    PlatformConstants: quiet({ isTesting: false, Version: 35, reactNativeVersion: { major: 0, minor: 86, patch: 3 } }),
    SoundManager: quiet(),
    SourceCode: quiet({ scriptURL: 'file:///bundle.js' }),
  }
}

/** Expo's modules that the app needs. */
function expoModules({ shop, linking, opened }: { shop: Shop; linking: EventEmitter; opened: string[] }) {
  class NativeResponse extends EventEmitter {
    answer: ReturnType<Shop> = { status: 0, json: undefined }
    get status() {
      return this.answer.status
    }
    async text() {
      return JSON.stringify(this.answer.json)
    }
  }
  class NativeRequest {
    constructor(readonly response: NativeResponse) {}
    async start(url: string, { method, headers }: { method: string; headers: [string, string][] }, body?: Uint8Array) {
      const text = new TextDecoder().decode(body ?? undefined)
      this.response.answer = shop({ method, url, headers: Object.fromEntries(headers), body: text })
    }
    cancel() {}
  }
  return {
    ...{ EventEmitter, SharedObject: EventEmitter, SharedRef: EventEmitter, NativeModule: EventEmitter },
    modules: {
      ExpoAsset: {},
      ExpoFetchModule: { NativeRequest, NativeResponse },
      ExpoLinking: linking,
      ExponentConstants: { manifest: '{ "scheme": "myshop" }', executionEnvironment: 'standalone' },
      ExpoWebBrowser: {
        async openBrowserAsync(url: string) {
          opened.push(url)
          return { type: 'opened' }
        },
        dismissBrowser() {},
      },
    },
  }
}
