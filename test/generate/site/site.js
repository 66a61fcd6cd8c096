/**
 * TypeDoc puts a link into every result of the search: one control in another. For a keyboard and a screen reader the
 * result itself is enough; its link is one only while a pointer is on it, which may want a new tab.
 */
const results = document.getElementById('tsd-search-results')
const linkOf = ({ target }) => target.closest('li')?.querySelector('a')

new MutationObserver(() => {
  for (const link of results.querySelectorAll('a')) {
    link.dataset.address = link.href
    link.removeAttribute('href')
    link.removeAttribute('tabindex')
  }
}).observe(results, { childList: true })

results.addEventListener('pointerover', (event) => {
  const link = linkOf(event)
  if (link) link.href = link.dataset.address
})
results.addEventListener('pointerout', (event) => linkOf(event)?.removeAttribute('href'))
results.addEventListener('click', (event) => {
  const link = linkOf(event)
  if (link && !link.href) location.assign(link.dataset.address)
})
