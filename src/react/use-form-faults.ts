import type { FieldFaults } from './form-faults.ts'
import { useEffect, useRef, useState } from './react.ts'

/** What is wrong with which field of a form; the first one gets the focus. */
export function useFormFaults() {
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<FieldFaults>()
  useEffect(() => {
    if (faults) showFirst(form.current)
    // The browser's own checks are for when this does not run.
    else form.current?.setAttribute('novalidate', '')
  }, [faults])
  return { form, faults, setFaults }
}

function showFirst(form: HTMLFormElement | null): void {
  const field = form?.querySelector<HTMLInputElement>('[aria-invalid=true]')
  if (field) field.focus()
  // A field among the children has no place for a sentence of ours: the browser shows its own.
  else form?.reportValidity()
}
