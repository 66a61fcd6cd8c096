// The recipe's khaltiConfig.ts, with the names under which shops set them.
export const KHALTI_CONFIG = {
  baseUrl: 'https://dev.khalti.com/api/v2',
  secretKey: process.env.NEXT_PUBLIC_KHALTI_SECRET_KEY ?? '',
}
