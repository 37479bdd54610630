// SPDX-License-Identifier: Apache-2.0
using Runcs.Conformance.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Seccomp;
using Runcs.Values;

namespace Runcs.Conformance.Plan;

internal static class Plans
{
    /// <summary>A host with every feature.</summary>
    public static HostFacts Host { get; } = new(Hosts.Hybrid, new RootfsFacts(), CallerFacts.OfRoot) { Seccomp = new SeccompFacts(HasWaitKillable: true) };

    /// <summary>The plan of a container NAME.</summary>
    /// <exception cref="RuncsException">The config has problems, which are the message.</exception>
    public static ContainerPlan Of(byte[] document, Config config, List<string> warnings)
    {
        List<string> problems = [];
        return Planner.TryPlan(document, config, [], "NAME", "/bundle", Host, problems, warnings) ?? throw Problems.Refusal(problems);
    }
}
