import { createKhalti, createKhaltiPayment } from 'khalti-kit/browser'
import {
  type KhaltiPaymentError,
  KhaltiPaymentForm,
  type KhaltiPaymentPhase,
  KhaltiPaymentStatus,
  type KhaltiPhase,
  type PaymentStatusAnswer,
  type UseKhaltiOptions,
  useKhalti,
  useKhaltiPayment,
} from 'khalti-kit/react'

// The ten phases, no more and no fewer.
export const phases = {
  idle: 0,
  starting: 1,
  leaving: 2,
  checking: 3,
  pending: 4,
  paid: 5,
  unpaid: 6,
  refunded: 7,
  hold: 8,
  failed: 9,
} satisfies Record<KhaltiPhase, number>

// A switch over all phases compiles.
export function explain(phase: KhaltiPaymentPhase): string {
  switch (phase) {
    case 'idle':
    case 'checking':
    case 'pending':
      return 'wait'
    case 'paid':
    case 'refunded':
      return 'done'
    case 'unpaid':
    case 'hold':
    case 'failed':
      return 'ask'
    default:
      return phase satisfies never
  }
}

// One that forgets a phase does not.
export function forget(phase: KhaltiPaymentPhase): string {
  switch (phase) {
    case 'idle':
    case 'checking':
    case 'pending':
    case 'paid':
    case 'refunded':
    case 'unpaid':
    case 'failed':
      return 'wait'
    default:
      // @ts-expect-error hold is left
      return phase satisfies never
  }
}

export function Misspelt(): string {
  const { phase } = useKhalti()
  // @ts-expect-error Khalti's word, not ours
  if (phase === 'Completed') return 'paid'
  // @ts-expect-error no phase of the ten
  if (phase === 'cancelled') return 'unpaid'
  return ''
}

// The phase tells whether there is a payment.
export function Narrow(): string | null {
  const { phase, payment } = useKhaltiPayment()
  // @ts-expect-error there may be none yet
  if (phase !== 'paid') return payment.orderName
  return payment.orderName satisfies string
}

export function NarrowToo(): string {
  const { phase, payment } = useKhalti()
  return phase === 'pending' || phase === 'paid' ? payment.orderName : ''
}

// A return page starts nothing.
export function ReturnPage(): boolean {
  const { phase } = useKhaltiPayment()
  // @ts-expect-error it has no such phase
  return phase === 'leaving'
}

// What the usual recipe passes is taken.
export const recipe: UseKhaltiOptions = {
  autoRedirect: true,
  onSuccess: (payment: PaymentStatusAnswer) => payment.transactionId,
  onError: (error: Error) => error.message,
}

export const whole = [
  <KhaltiPaymentForm key={1} orderId="A-42" fields={{ phone: 'required', email: 'none' }} locale="ne" />,
  // @ts-expect-error no such case: nobody would ever read it
  <KhaltiPaymentStatus key={9} texts={{ 'unpaid-cancelled': ['Canceled', 'Try again.'] }} />,
  <KhaltiPaymentStatus
    key={2}
    texts={{ 'unpaid-canceled': ['Canceled', 'Try again.'] }}
    links={{ paid: '/orders', unpaid: undefined }}
  />,
  // @ts-expect-error the amount is the shop's to say
  <KhaltiPaymentForm key={3} orderId="A-42" amount={1300} />,
  // @ts-expect-error an order is needed
  <KhaltiPaymentForm key={4} />,
]

// A reason never heard of is a typo.
export function reason(payment: PaymentStatusAnswer): boolean {
  // @ts-expect-error one l
  if (payment.reason === 'cancelled') return false
  return payment.reason === 'canceled'
}

// The codes of errors are a closed list.
export function code(error: KhaltiPaymentError): boolean {
  // @ts-expect-error no such code
  if (error.code === 'offline') return false
  return error.code === 'network' || error.code === 'already-paid'
}

// The answer of the initiate route has no field that nobody knows.
export async function start(): Promise<string | undefined> {
  const link = await createKhalti().initiate({ orderId: 'A-42' })
  // @ts-expect-error a typo
  link?.paymentUrl
  return link?.payment_url
}

// What frameworks with stores of their own build on.
export const stores = {
  khalti: createKhalti({ headers: async () => ({ authorization: 'Bearer 1' }), open: (url) => fetch(url) }),
  payment: createKhaltiPayment({ pidx: null }),
}
export const stop: () => void = stores.payment.subscribe((state) => {
  if (state.phase === 'paid') state.payment.orderName satisfies string
})

export const parts = [
  <KhaltiPaymentForm key={1} orderId="A-42" className="mine" classNames={{ input: 'wide', hint: 'small' }} />,
  // @ts-expect-error no such part
  <KhaltiPaymentForm key={2} orderId="A-42" classNames={{ title: 'big' }} />,
  <KhaltiPaymentStatus key={3} slots={{ link: 'a', icon: ({ phase }) => <b>{phase}</b> }} texts={{ back: 'Home' }} />,
]
