import type { SizeLimitConfig } from 'size-limit'

// As a host that bundles sees it: minified and gzipped, with everything that the import needs, but for React.
// This file is not below src, so its paths begin where it lies.
const forWorkers = (config: { conditions?: string[]; tsconfigRaw?: string; logLevel?: string }) => ({
  ...config,
  conditions: ['workerd'],
  // The repository's own settings lead '#transport' to the source of the transport for Node.
  tsconfigRaw: '{}',
  logLevel: 'error',
})

const limits: SizeLimitConfig = [
  {
    name: 'the client for Workers',
    path: '../dist/index.js',
    import: '{ KhaltiClient }',
    modifyEsbuildConfig: forWorkers,
    gzip: true,
    limit: '17 kB',
  },
  {
    // The checkout adds 28.5 kB to the client: the rules of an order, refunds, other ways to pay, what people do and read.
    name: 'the client and the checkout for Workers',
    path: '../dist/index.js',
    import: { '../dist/index.js': '{ KhaltiClient }', '../dist/checkout.js': '{ createCheckout }' },
    modifyEsbuildConfig: forWorkers,
    gzip: true,
    limit: '45.6 kB',
  },
  { name: 'useKhalti alone', path: '../dist/react.js', import: '{ useKhalti }', gzip: true, limit: '2 kB' },
  {
    name: 'a page with the form',
    path: '../dist/react.js',
    import: '{ KhaltiPaymentForm }',
    gzip: true,
    limit: '5.6 kB',
  },
  {
    name: 'a page with the status',
    path: '../dist/react.js',
    import: '{ KhaltiPaymentStatus }',
    gzip: true,
    limit: '4.9 kB',
  },
  { name: 'all of khalti-kit/react', path: '../dist/react.js', import: '*', gzip: true, limit: '7.5 kB' },
  { name: 'khalti-kit/react/styles.css', path: '../react/styles.css', gzip: true, limit: '1.5 kB' },
]
export default limits
