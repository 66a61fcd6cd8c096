import { type Html, html, trustedMarkup } from '../../../src/web-page/html.ts'

/** A link of the site: relative to the page that it stands on. */
export interface SiteLink {
  name: string
  href: string
  /** It leads to the page that it stands on. */
  current?: boolean
}

/** Links below a heading of the menu. */
export interface MenuSection {
  title: string
  links: (SiteLink & { inside?: SiteLink[] })[]
}

const logo = trustedMarkup(
  '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="9" fill="#5c2d91"/><path d="M8.5 16.5l5 5 10-11" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)

/** The name of the site, at the left of the bar on top. */
export function brand(home: string, version: string): Html {
  return html`<a href="${home}" class="title brand">${logo}<span>khalti-kit</span></a><span class="version">${version}</span>`
}

/** The whole menu, open: guides by their sections, then what can be imported. It needs no script. */
export function menu(sections: readonly MenuSection[]): Html {
  return html`<nav class="menu-all" aria-label="Pages">${sections.map(
    ({ title, links }) =>
      html`<h2>${title}</h2><ul>${links.map(
        (link) =>
          html`<li>${anchor(link)}${link.inside && html`<ul>${link.inside.map((one) => html`<li>${anchor(one)}</li>`)}</ul>`}</li>`,
      )}</ul>`,
  )}</nav>`
}

function anchor({ name, href, current }: SiteLink): Html {
  return html`<a href="${href}"${current && html` aria-current="page"`}>${name}</a>`
}

/** Light, dark, or as the system says; TypeDoc's script finds it by its id. */
export function themeChoice(): Html {
  return html`<label class="theme-choice">Theme <select id="tsd-theme"><option value="os">As the system</option>
<option value="light">Light</option><option value="dark">Dark</option></select></label>`
}

/** Where a page is; the last one is the page itself. */
export function crumbs(links: readonly { name: string; href?: string | undefined }[]): Html {
  const items = links.map(({ name, href }, index) => {
    if (index === links.length - 1) return html`<li aria-current="page">${name}</li>`
    return html`<li>${href === undefined ? name : html`<a href="${href}">${name}</a>`}</li>`
  })
  return html`<nav aria-label="Breadcrumb"><ol class="tsd-breadcrumb">${items}</ol></nav>`
}

/** The pages before and after a guide, at its end. */
export function neighbours(before: SiteLink | undefined, after: SiteLink | undefined): Html {
  return html`<nav class="neighbours" aria-label="Previous and next page">
${before && html`<a rel="prev" href="${before.href}"><span>Previous</span>${before.name}</a>`}
${after && html`<a rel="next" href="${after.href}"><span>Next</span>${after.name}</a>`}</nav>`
}

/** The first screen of the site. */
export function hero(links: { start: string; pages: string }): Html {
  return html`<div class="hero"><h1 id="khalti-kit">Take payments with Khalti, and lose none of them</h1>
<p>A typed client, a checkout that fulfils each order once, and a Khalti on your own machine. For Node.js, React, and the database that you have.</p>
<p class="actions"><a class="primary" href="${links.start}">Quick start</a><a href="${links.pages}">All pages</a></p></div>`
}
