import { formatRupees } from 'khalti-kit'
import Image from 'next/image'
import { goods } from '../lib/goods'
import { addToCart } from './cart/actions'

export default function ShopPage() {
  return (
    <>
      <h1>Woven in Nepal</h1>
      <p className="lead">Six things to wear, from the Tarai to Namche.</p>
      <ul className="goods">
        {goods.map(({ slug, name, about, price }, index) => (
          <li key={slug} className="card">
            <Image src={`/goods/${slug}.svg`} alt="" width={400} height={400} preload={index < 3} />
            <div>
              <h2>{name}</h2>
              <p>{about}</p>
              <form action={addToCart}>
                <strong>{formatRupees(price)}</strong>
                <input type="hidden" name="slug" value={slug} />
                <button type="submit" aria-label={`Add to cart: ${name}`}>
                  Add to cart
                </button>
              </form>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
