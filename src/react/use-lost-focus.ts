import { useEffect, useRef } from './react.ts'

/** A ref to the element that takes the focus once a button is gone, where the button had it. */
export function useLostFocus<Taker extends HTMLElement>(isGone: boolean) {
  const taker = useRef<Taker>(null)
  const wasGone = useRef(isGone)
  useEffect(() => {
    if (isGone && !wasGone.current && document.activeElement === document.body) taker.current?.focus()
    wasGone.current = isGone
  }, [isGone])
  return taker
}
