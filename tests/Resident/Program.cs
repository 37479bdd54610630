// SPDX-License-Identifier: Apache-2.0
Runcs.Terminal.StandardStreams.EnsureOpen();
using var containers = new Runcs.Resident.Containers(root: args[0]);
return Runcs.Resident.Requests.Serve(containers);
