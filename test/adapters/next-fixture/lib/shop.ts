import { createJourneyShop } from './journey-shop'

/** The shop of the journey below one path; where it finds the world, the test says. */
export function shopAt(basePath: string): (request: Request) => Promise<Response> {
  const { SITE_URL = '', GATEWAY_URL = '', NOTICES_URL = '' } = process.env
  return createJourneyShop({ siteUrl: SITE_URL, gatewayUrl: GATEWAY_URL, noticesUrl: NOTICES_URL, basePath })
}
