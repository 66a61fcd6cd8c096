/** The one shape of everything here that answers HTTP: the checkout, the simulator, and what the adapters take. */
export type WebHandler = (request: Request) => Response | Promise<Response>
