import { Refusal } from './answers.ts'

/**
 * Checks `Authorization: Key <secret>`. The keyword is compared without case, as Django REST Framework does; a wrong,
 * missing or doubled prefix counts as no key at all.
 */
export function checkKey(request: Request, secretKey: string | undefined): void {
  const key = /^key\s+(?!key\s)(.+)$/i.exec(request.headers.get('authorization')?.trim() ?? '')?.[1]
  if (key === undefined) throw unauthorized('Authentication credentials were not provided.')
  if (secretKey !== undefined && key !== secretKey) throw unauthorized('Invalid token.')
}

function unauthorized(detail: string): Refusal {
  return new Refusal(401, { detail, status_code: 401 }, { 'www-authenticate': 'Key' })
}
