import type { FieldError } from '../web-page/form-parts.ts'
import { sandboxWallets } from '../wire/sandbox-wallets.ts'

const ids: readonly string[] = sandboxWallets.ids

/** Checks a Khalti ID and MPIN against the published test wallets. */
export function checkWallet({ khaltiId, mpin }: { khaltiId: string; mpin: string }): FieldError[] {
  const errors: FieldError[] = []
  const id = khaltiIdProblem(khaltiId)
  if (id) errors.push({ field: 'khalti_id', message: id })
  if (mpin === '') errors.push({ field: 'mpin', message: 'Enter the MPIN. For test wallets it is 1111.' })
  else if (mpin !== sandboxWallets.mpin) {
    errors.push({ field: 'mpin', message: 'This MPIN is wrong. For test wallets it is 1111.' })
  }
  return errors
}

/** Checks the one-time password. */
export function checkOtp(otp: string): FieldError[] {
  if (otp === sandboxWallets.otp) return []
  const message = otp === '' ? 'Enter the OTP. Here it is 987654.' : 'This OTP is wrong. Here it is 987654.'
  return [{ field: 'otp', message }]
}

function khaltiIdProblem(khaltiId: string): string | undefined {
  if (khaltiId === '') return 'Enter a Khalti ID. Test IDs are 9800000000 to 9800000005.'
  if (!/^\d{10}$/.test(khaltiId)) return 'A Khalti ID is a mobile number of 10 digits, such as 9800000000.'
  if (!ids.includes(khaltiId)) return 'This is no test ID. Use one from 9800000000 to 9800000005.'
  return undefined
}
