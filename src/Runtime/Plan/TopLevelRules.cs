// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Plan;

/// <summary>The rules of config.md for top-level members that belong to no feature.</summary>
internal static class TopLevelRules
{
    /// <summary>__NEW_UTS_LEN: the longest name of sethostname(2) and setdomainname(2), in bytes.</summary>
    private const int LongestName = 64;

    /// <summary>
    /// The error of <c>run</c> and <c>start</c> without <c>process</c>, which <c>create</c> does not need (config.md,
    /// "Process").
    /// </summary>
    internal const string ProcessMissing = "process: is required to start a container";

    /// <param name="starts">The container is also started.</param>
    internal static void Check(Config config, bool starts, List<string> problems)
    {
        CheckVersion(config.OciVersion, problems);
        if (starts && config.Process == null) problems.Add(ProcessMissing);
        if (config.Root == null) problems.Add("root: is required");
        CheckName("hostname", config.Hostname, problems);
        CheckName("domainname", config.Domainname, problems);
        // config.md, "Annotations": keys MUST NOT be empty.
        if (config.HasAnnotations() && config.Annotations.ContainsKey("")) problems.Add("annotations: a key must not be empty");
    }

    /// <summary>Without its own UTS namespace the container would change the host's names.</summary>
    internal static void CheckNames(Config config, NamespacePlan namespaces, List<string> problems)
    {
        if (namespaces.Has(CloneFlags.CLONE_NEWUTS)) return;
        if (!string.IsNullOrEmpty(config.Hostname)) problems.Add("hostname: needs a uts namespace in linux.namespaces, or it would be set for the host");
        if (!string.IsNullOrEmpty(config.Domainname)) problems.Add("domainname: needs a uts namespace in linux.namespaces, or it would be set for the host");
    }

    // config.md, "Specification version": SemVer 2.0.0; versions 1.x are compatible.
    private static void CheckVersion(string version, List<string> problems)
    {
        if (version.Length == 0) problems.Add("ociVersion: is required");
        else if (!SemanticVersion.TryParse(version, out int major) || major != 1) problems.Add($"ociVersion: must be a version 1.MINOR.PATCH (SemVer 2.0.0), got \"{version}\"");
    }

    private static void CheckName(string field, string? name, List<string> problems)
    {
        if (name == null || name.Length <= LongestName / 4) return;
        int length = Encoding.UTF8.GetByteCount(name);
        if (length > LongestName) problems.Add($"{field}: must be at most {LongestName} bytes long, got {length}");
    }
}
