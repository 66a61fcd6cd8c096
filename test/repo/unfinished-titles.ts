/** Test files with titles that need their describe to make sense. It only gets shorter; then it goes. */
export const unfinishedTitles = new Set([
  'test/storm/storm.test.ts',
  'test/unit/core/answers.test.ts',
  'test/unit/core/retry.test.ts',
  'test/unit/core/settings.test.ts',
  'test/unit/react/khalti-payment-form.test.tsx',
  'test/unit/react/khalti-payment-status.test.tsx',
  'test/unit/simulator/refund.test.ts',
])
