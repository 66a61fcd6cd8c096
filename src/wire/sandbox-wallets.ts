/**
 * The test wallets Khalti publishes for its sandbox: `ids` are the Khalti IDs (mobile numbers), `mpin` and `otp` are the
 * same for all of them. They work on `https://test-pay.khalti.com` and in the simulator, and must never buy real goods.
 *
 * @see https://docs.khalti.com/khalti-epayment/#test-credentials
 */
export const sandboxWallets = {
  ids: ['9800000000', '9800000001', '9800000002', '9800000003', '9800000004', '9800000005'],
  mpin: '1111',
  otp: '987654',
} as const
