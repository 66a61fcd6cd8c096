import { type AdminPagesOptions, adminPages } from 'khalti-kit/admin'
import { describe, expect, it } from 'vitest'

const authorize = () => ({ name: 'Gita' })

describe('the options of the admin pages', () => {
  it.each([
    ['langauge', { authorize, langauge: 'ne' }],
    ['titel', { authorize, titel: 'Himal Clothing' }],
  ])('The admin pages refuse the option %s, which there is not, and name those that there are', (name, given) => {
    const refusal = new TypeError(`\`${name}\` is no option of adminPages. It knows \`authorize\` and \`title\`.`)
    expect(() => adminPages(given as AdminPagesOptions)).toThrow(refusal)
  })

  it('The admin pages take an unknown option that is undefined, as the stores do', () => {
    expect(() => adminPages({ authorize, title: undefined, theme: undefined } as AdminPagesOptions)).not.toThrow()
  })
})
