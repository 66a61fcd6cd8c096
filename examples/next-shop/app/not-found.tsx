import Link from 'next/link'

export default function NotFound() {
  return (
    <div className="narrow">
      <h1>There is nothing here</h1>
      <p>Perhaps this order is somebody else’s, or the address is mistyped.</p>
      <p>
        <Link className="button" href="/">
          Back to the shop
        </Link>
      </p>
    </div>
  )
}
