import type { FormEvent, ReactNode } from 'react'
import type { UseKhaltiOptions } from './create-checkout.ts'
import { formTexts, type KhaltiFormTexts } from './form-texts.ts'
import type { KhaltiPaymentError } from './payment-error.ts'
import { useEffect, useId, useRef, useState } from './react.ts'
import { useKhalti } from './use-khalti.ts'

/** The customer's fields; what they are named in the input of `readOrder`. */
export type KhaltiCustomerField = 'name' | 'email' | 'phone'

type Uses = Partial<Record<KhaltiCustomerField, 'required' | 'optional' | 'none'>>

/** Props of {@link KhaltiPaymentForm}. */
export interface KhaltiPaymentFormProps extends Omit<UseKhaltiOptions, 'autoRedirect' | 'onSuccess'> {
  /** Your id of the order. The shop looks it up and prices it; nothing else about it is sent. */
  orderId: string
  /** Which customer fields there are. Default: all three, the name required. */
  fields?: Uses | undefined
  /** What is filled in already. */
  defaultValues?: Partial<Record<KhaltiCustomerField, string>> | undefined
  /** `en` or `ne` (Nepali). Default: `en`. */
  locale?: 'en' | 'ne' | undefined
  /** Words of yours, in place of single texts. */
  texts?: Partial<KhaltiFormTexts> | undefined
  /** More form fields, such as hidden ones; all are sent by their names. */
  children?: ReactNode
}

type FieldErrors = { [field: string]: string | undefined }

/**
 * A button that pays an order with Khalti, and the fields Khalti likes to have. Sends `{ orderId, name, email, phone }` as
 * JSON; without JavaScript it is a plain form post to the same route.
 *
 * @example
 * ```tsx
 * import { KhaltiPaymentForm } from 'khalti-kit/react'
 *
 * export function PayPage({ order, user }: { order: { id: string }; user: { name: string } }) {
 *   return <KhaltiPaymentForm orderId={order.id} defaultValues={{ name: user.name }} fields={{ email: 'none' }} />
 * }
 * ```
 */
export function KhaltiPaymentForm(props: KhaltiPaymentFormProps): ReactNode {
  const { orderId, fields, defaultValues, locale, texts, children, ...options } = props
  const words = { ...formTexts[locale ?? 'en'], ...texts }
  const uses: Uses = { name: 'required', ...fields }
  const [form, errors, setErrors] = useFieldErrors()
  const { initiate, phase, initiationError, isLoading } = useKhalti({
    ...options,
    onError(error) {
      setErrors(errorsOf(error))
      options.onError?.(error)
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setErrors({})
    if (event.currentTarget.checkValidity()) initiate(Object.fromEntries(new FormData(event.currentTarget)))
  }
  return (
    <form
      ref={form}
      className="khalti-form"
      method="post"
      action={`${options.endpoint ?? '/api/khalti'}/initiate`}
      onSubmit={submit}
      data-phase={phase}
      aria-busy={isLoading}
      lang={locale}
    >
      <input type="hidden" name="orderId" value={orderId} />
      {shownFields(uses).map((name) => (
        <Field
          key={name}
          name={name}
          words={words}
          required={uses[name] === 'required'}
          defaultValue={defaultValues?.[name]}
          error={errors?.[name]}
          onInvalid={() => setErrors((marked) => ({ ...marked, [name]: words.invalid }))}
        />
      ))}
      {children}
      <p className="khalti-message" role="status">
        {isLoading ? words.busy : messageOf(initiationError, words)}
      </p>
      <button type="submit" className="khalti-button" aria-disabled={isLoading}>
        {words.submit}
      </button>
    </form>
  )
}

function messageOf(error: KhaltiPaymentError | null, words: KhaltiFormTexts): string | undefined {
  return error?.code === 'network' ? words.network : error?.message
}

function shownFields(uses: Uses): KhaltiCustomerField[] {
  return (['name', 'email', 'phone'] as const).filter((name) => uses[name] !== 'none')
}

/** What is wrong with which field; the first one gets the focus. */
function useFieldErrors() {
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<FieldErrors>()
  useEffect(() => {
    if (errors) showFirst(form.current)
    // The browser's own checks are for when this does not run.
    else form.current?.setAttribute('novalidate', '')
  }, [errors])
  return [form, errors, setErrors] as const
}

interface FieldProps {
  name: KhaltiCustomerField
  words: KhaltiFormTexts
  required: boolean
  defaultValue: string | undefined
  error: string | undefined
  onInvalid: () => void
}

function Field({ name, words, required, defaultValue, error, onInvalid }: FieldProps): ReactNode {
  const id = useId()
  const kind = name === 'phone' ? 'tel' : name
  const errorId = error && `${id}-error`
  return (
    <div className="khalti-field">
      <label htmlFor={id}>
        {words[name]} {!required && words.optional}
      </label>
      <input
        id={id}
        name={name}
        type={name === 'name' ? 'text' : kind}
        autoComplete={kind}
        required={required}
        defaultValue={defaultValue}
        onInvalid={onInvalid}
        aria-invalid={!!error}
        aria-describedby={errorId}
      />
      {error && (
        <p className="khalti-error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  )
}

/** The first message of each field; the checkout names the customer's fields `customer.phone` and so on. */
function errorsOf({ fields = {} }: KhaltiPaymentError): FieldErrors {
  return Object.fromEntries(
    Object.entries(fields).map(([path, messages]) => [path.replace('customer.', ''), messages[0]]),
  )
}

function showFirst(form: HTMLFormElement | null): void {
  const field = form?.querySelector<HTMLInputElement>('[aria-invalid=true]')
  if (field) field.focus()
  // A field among the children has no place for a message of ours: the browser shows its own.
  else form?.reportValidity()
}
