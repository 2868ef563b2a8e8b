import { z } from 'zod'

// The schemas would compile themselves with `new Function`, which the server's content security policy forbids.
z.config({ jitless: true })
