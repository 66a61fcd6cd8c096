/** On Workers and the edge every isolate has a memory of its own, so that a payment would be missed at its return. */
export function defaultPayments(): undefined {}
