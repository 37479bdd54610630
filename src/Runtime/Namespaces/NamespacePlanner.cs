// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Namespaces;

/// <summary>From <c>linux.namespaces</c> to a <see cref="NamespacePlan"/>.</summary>
public static class NamespacePlanner
{
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    public static NamespacePlan PlanNamespaces(LinuxNamespace[] namespaces, List<string> problems)
    {
        ulong made = 0, seen = 0;
        var joined = new List<JoinedNamespace>();
        for (int i = 0; i < namespaces.Length; i++)
        {
            LinuxNamespace wanted = namespaces[i];
            string origin = Origin.Element("linux.namespaces", i);
            if (NamespaceKind.Find(wanted.Type) is not { } kind)
            {
                problems.Add($"{origin}.type: unknown namespace \"{wanted.Type}\"");
                continue;
            }
            // config-linux.md, "Namespaces": a duplicate MUST be an error.
            if ((seen & kind.Flag) != 0) problems.Add($"{origin}.type: the namespace \"{wanted.Type}\" is listed twice");
            seen |= kind.Flag;
            if (kind.Flag is Processes.CLONE_NEWUSER or Processes.CLONE_NEWTIME) problems.Add($"{origin}: {wanted.Type} namespace: not supported yet");
            else if (wanted.Path.Length == 0) made |= kind.Flag;
            else if (wanted.Path[0] != '/') problems.Add($"{origin}.path: must be absolute, got \"{wanted.Path}\"");
            else joined.Add(new JoinedNamespace(kind.Name, kind.Flag, wanted.Path, origin));
        }
        if ((seen & Processes.CLONE_NEWNS) == 0) problems.Add("linux.namespaces: a container without a mount namespace: not supported yet");
        joined.Sort(static (a, b) => Order(a).CompareTo(Order(b)));
        return new NamespacePlan(made, [.. joined]);
    }

    private static int Order(JoinedNamespace joined) =>
        System.Array.FindIndex(NamespaceKind.All, kind => kind.Flag == joined.Flag);
}
