// A PDS and the PLC directory that it needs, both on 127.0.0.1. Prints their addresses as one line of JSON.
import { TestPds, TestPlc } from '@atproto/dev-env'

const plc = await TestPlc.create({})
const pds = await TestPds.create({ hostname: 'localhost', didPlcUrl: plc.url, enableDidDocWithSession: true })
console.log(JSON.stringify({ pds: pds.url, plc: plc.url }))
process.on('SIGTERM', async () => {
  await pds.close()
  await plc.close()
  process.exit(0)
})
