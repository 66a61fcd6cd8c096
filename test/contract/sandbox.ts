import { expect, it } from 'vitest'
import { describeKhalti } from './describe-khalti.ts'

const secretKey = process.env.KHALTI_SECRET_KEY

if (secretKey) describeKhalti("Khalti's sandbox", { secretKey })
else {
  it('KHALTI_SECRET_KEY holds a sandbox key', () => {
    expect.fail('Set KHALTI_SECRET_KEY to a sandbox key; it is the live_secret_key of test-admin.khalti.com.')
  })
}
