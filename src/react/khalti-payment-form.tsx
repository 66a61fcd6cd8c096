import type { ComponentProps, ElementType, FormEvent, ReactNode } from 'react'
import { defaultEndpoint } from '../browser/ask-route.ts'
import { plainMobile } from '../nepal/writing.ts'
import { developerHint } from './developer-hint.tsx'
import { type FieldUses, faultsOf, faultText, type KhaltiCustomerField, refusedFields } from './form-faults.ts'
import { FormField } from './form-field.tsx'
import { formTexts, type KhaltiFormTexts, messageOf } from './form-texts.ts'
import { type KhaltiLocaleTag, languageOf } from './khalti-locale.ts'
import { edge, type PartClassNames, partsOf, withOwn } from './parts.ts'
import { useEffect } from './react.ts'
import { useFormFaults } from './use-form-faults.ts'
import { type UseKhaltiOptions, useKhalti } from './use-khalti.ts'
import { useLostFocus } from './use-lost-focus.ts'

/**
 * Classes for the parts of {@link KhaltiPaymentForm}, beside ours. `message` is the live region above the button; `hint` is
 * what developers read, in development only.
 */
export type KhaltiFormClassNames = PartClassNames<
  'field' | 'label' | 'input' | 'error' | 'message' | 'hint' | 'button' | 'spinner'
>

/** Components of yours for parts of {@link KhaltiPaymentForm}. Each gets the attributes of the element that it stands for; pass them on. */
export interface KhaltiFormSlots {
  input?: ElementType<ComponentProps<'input'>> | undefined
  button?: ElementType<ComponentProps<'button'>> | undefined
}

/** Props of {@link KhaltiPaymentForm}. */
export interface KhaltiPaymentFormProps extends Omit<UseKhaltiOptions, 'autoRedirect'> {
  /** Your id of the order. The shop looks it up and prices it; nothing else about it is sent. A new id starts afresh. */
  orderId: string
  /** Which customer fields there are. Default: all three, the name required. */
  fields?: FieldUses | undefined
  /** What is filled in already. */
  defaultValues?: Partial<Record<KhaltiCustomerField, string>> | undefined
  /** `en` or `ne` (Nepali), or any tag of a language, such as `ne-NP`; what is not Nepali is English. Default: `en`. */
  locale?: KhaltiLocaleTag | undefined
  /** Words of yours, in place of single texts. */
  texts?: Partial<KhaltiFormTexts> | undefined
  /** Classes for the form, beside `khalti-form`. */
  className?: string | undefined
  /** Classes for its parts, beside ours. */
  classNames?: KhaltiFormClassNames | undefined
  /** Components of yours in place of ours. */
  slots?: KhaltiFormSlots | undefined
  /** More form fields, such as hidden ones; all are sent by their names. */
  children?: ReactNode
}

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
  const { orderId, endpoint = defaultEndpoint, defaultValues, className, slots = {}, children } = props
  const language = languageOf(props.locale)
  const words = withOwn(formTexts[language], props.texts)
  const uses = withOwn<FieldUses>({ name: 'required' }, props.fields)
  const part = partsOf(props.classNames)
  const { form, message, isDone, faults, submit, ...khalti } = useForm(props, uses)
  const { phase, initiationError, statusError, isLoading } = khalti
  const { button: Button = 'button' } = slots
  return (
    <form
      ref={form}
      className={`khalti-form ${className ?? ''}`}
      method="post"
      action={`${endpoint}/initiate`}
      onSubmit={submit}
      data-phase={phase}
      aria-busy={isLoading}
      lang={language}
    >
      <input type="hidden" name="orderId" value={orderId} />
      {(['name', 'email', 'phone'] as const).map(
        (name) =>
          !isDone &&
          uses[name] !== 'none' && (
            <FormField
              key={name}
              name={name}
              words={words}
              required={uses[name] === 'required'}
              defaultValue={defaultValues?.[name]}
              fault={faults?.[name] && faultText(name, faults[name], { words, language })}
              part={part}
              input={slots.input}
            />
          ),
      )}
      {!isDone && children}
      <p ref={message} tabIndex={-1} {...part('message')} role="status">
        {messageOf(khalti, words, language)}
      </p>
      {developerHint({ error: initiationError ?? statusError, ...part('hint') })}
      {!isDone && (
        <Button {...part('button', edge)} type="submit" aria-disabled={isLoading}>
          {isLoading && <span {...part('spinner')} />}
          <span>{words.submit}</span>
        </Button>
      )}
    </form>
  )
}

function useForm(props: KhaltiPaymentFormProps, uses: FieldUses) {
  const { form, faults, setFaults } = useFormFaults()
  const khalti = useKhalti({
    ...props,
    onError(error) {
      // Any other, such as of a check that goes on by itself, must not take the customer to a field.
      if (error.fields) setFaults(refusedFields(error))
      props.onError?.(error)
    },
  })
  const { reset } = khalti
  // Nothing is left to be paid: known to this page once `open` has given a promise.
  const isDone = ['paid', 'refunded', 'hold'].includes(khalti.phase)
  const message = useLostFocus<HTMLParagraphElement>(isDone)
  // Another order starts afresh: nothing is shown of the one before, and its payment does not leave for Khalti.
  useEffect(() => {
    return () => {
      reset()
      setFaults(undefined)
    }
  }, [props.orderId, reset, setFaults])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isDone) return
    const values = valuesOf(event.currentTarget, uses)
    const found = faultsOf(values, uses)
    setFaults(found)
    if (!Object.keys(found).length && event.currentTarget.checkValidity()) khalti.initiate(values)
  }
  return { form, message, isDone, faults, submit, ...khalti }
}

/** What is sent. Of two fields with one name the first counts, as it does for a plain form. */
function valuesOf(form: HTMLFormElement, uses: FieldUses): { [name: string]: unknown } {
  const values: { [name: string]: unknown } = Object.fromEntries([...new FormData(form)].reverse())
  for (const name in values) {
    const value = values[name]
    if (typeof value === 'string')
      values[name] = name === 'phone' && uses.phone !== 'none' ? plainMobile(value) : value.trim()
  }
  return values
}
