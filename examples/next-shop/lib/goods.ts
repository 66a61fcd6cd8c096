import { type Paisa, rupees } from 'khalti-kit'

/** A garment. What it costs is known here and nowhere in the browser. */
export interface Garment {
  slug: string
  name: string
  about: string
  price: Paisa
}

export const goods: readonly Garment[] = [
  {
    slug: 'dhaka-topi',
    name: 'Dhaka topi',
    about: 'The cap of Palpa, woven by hand. No two patterns are alike.',
    price: rupees(850),
  },
  {
    slug: 'pashmina',
    name: 'Pashmina shawl',
    about: 'Wool of the chyangra goat from Mustang, light and very warm.',
    price: rupees('4,500'),
  },
  {
    slug: 'daura-suruwal',
    name: 'Daura suruwal',
    about: 'Five pleats, eight strings, and trousers to go with them.',
    price: rupees('3,200'),
  },
  {
    slug: 'gunyo-cholo',
    name: 'Gunyo cholo',
    about: 'Cotton skirt and velvet blouse, tied at the side.',
    price: rupees('2,800'),
  },
  {
    slug: 'haku-patasi',
    name: 'Haku patasi',
    about: 'The black sari of the Kathmandu valley, with its red border.',
    price: rupees('2,650'),
  },
  {
    slug: 'wool-hat',
    name: 'Sherpa hat',
    about: 'Yak wool, lined with fleece, with flaps for the wind of Namche.',
    price: rupees(650),
  },
]

export function garment(slug: string): Garment | undefined {
  return goods.find((one) => one.slug === slug)
}
