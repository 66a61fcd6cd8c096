import { type Html, html } from './html.ts'

/** What is wrong with one field of a form. */
export interface FieldError {
  /** The id of the field, which is also its name. */
  field: string
  /** A sentence that says what to do. */
  message: string
}

/** One labelled input. */
export interface FieldParts {
  /** Its id and its name. */
  id: string
  label: string
  hint?: string | undefined
  /** All that is wrong with the form; it takes out its own, and the first of all gets the focus. */
  errors?: readonly FieldError[] | undefined
  /** Whether it has the focus from the start. Default: whether it is the first that is wrong. */
  autofocus?: boolean | undefined
  /** `type`, `value` and the like, written as markup. */
  attributes: Html
  /** Default: true. */
  required?: boolean | undefined
}

/** An input with its label, its hint and what is wrong with it, tied together for screen readers. */
export function field({ id, label, hint, attributes, errors = [], ...rest }: FieldParts): Html {
  const error = errors.find((one) => one.field === id)
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  const focused = rest.autofocus ?? errors[0]?.field === id
  return html`<div class="field"><label for="${id}">${label}</label>
${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
${error && html`<p class="wrong" id="${id}-error">${error.message}</p>`}
<input id="${id}" name="${id}" ${attributes}${describedBy !== '' && html` aria-describedby="${describedBy}"`}${rest.required !== false && html` required`}${error && html` aria-invalid="true"`}${focused && html` autofocus`}>
</div>`
}

/** All that is wrong with a form, with a link to each field; nothing where nothing is wrong. */
export function errorSummary(errors: readonly FieldError[], title = 'That did not work:'): Html | undefined {
  if (errors.length === 0) return undefined
  const items = errors.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)
  return html`<div class="summary" role="alert"><p><strong>${title}</strong></p><ul>${items}</ul></div>`
}
