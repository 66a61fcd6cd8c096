import { configure } from '@testing-library/react'

// A second, its default, is short on a machine that is busy.
configure({ asyncUtilTimeout: 60_000 })
