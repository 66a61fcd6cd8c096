import type { ComponentProps, CSSProperties, ElementType, ReactNode } from 'react'
import type { KhaltiCustomerField } from './form-faults.ts'
import type { KhaltiFormTexts } from './form-texts.ts'
import { edge, type PartAttributes } from './parts.ts'
import { useId } from './react.ts'

/** Props of {@link FormField}. */
export interface FormFieldProps {
  name: KhaltiCustomerField
  words: KhaltiFormTexts
  required: boolean
  defaultValue: string | undefined
  fault: string | undefined
  part: (part: 'field' | 'label' | 'input' | 'error', style?: CSSProperties) => PartAttributes
  input: ElementType<ComponentProps<'input'>> | undefined
}

/** A customer's field: label, input, and what is wrong with it. */
export function FormField(props: FormFieldProps): ReactNode {
  const { name, words, required, defaultValue, fault, part, input: Input = 'input' } = props
  const id = useId()
  const faultId = fault && `${id}-error`
  const kind = name === 'phone' ? 'tel' : name
  return (
    <div {...part('field')}>
      <label htmlFor={id} {...part('label', { display: 'block' })}>
        {words[name]} {!required && words.optional}
      </label>
      <Input
        {...part('input', edge)}
        id={id}
        name={name}
        type={kind === 'name' ? 'text' : kind}
        autoComplete={kind}
        required={required}
        defaultValue={defaultValue}
        aria-invalid={!!fault}
        aria-describedby={faultId}
      />
      {fault && (
        <p {...part('error')} id={faultId}>
          {fault}
        </p>
      )}
    </div>
  )
}
