import { html } from '../web-page/html.ts'
import { type Page, page } from '../web-page/page.ts'

/** A page of the simulator: its title, its body, and what else of {@link Page} it wants to say. */
export type SimulatorPage = Omit<Page, 'header' | 'footer'>

/** Sends a page that says what it is: a simulator. */
export function simulatorPage(parts: SimulatorPage): Response {
  return page({
    ...parts,
    title: `${parts.title} · khalti-kit simulator`,
    header: html`<p><strong>This is a simulator; no money moves.</strong></p>`,
    footer: html`<p>khalti-kit simulator, not affiliated with Khalti · <a href="/payments">Payments so far</a></p>`,
  })
}
