// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using static Runcs.Native.MountFlags;

namespace Runcs.Rootfs;

public static partial class RootfsPlanner
{
    // Fields that only a new file system has.
    private static MountStep WithParameters(MountStep step)
    {
        List<MountParameter> parameters = PlanParameters(step);
        return step with
        {
            Parameters = [.. parameters],
            CopiesMode = step.Type == "tmpfs" && !step.Options.HasParameter("mode"),
            NeedsLegacy = NeedsLegacy(step, parameters),
        };
    }

    private static MountStep WithShelf(MountStep step)
    {
        var options = new MountOptions();
        options.Add("mode=755");
        MountStep shelf = step with { Type = "tmpfs", Source = "tmpfs", Options = options };
        return step with { Shelf = shelf with { Parameters = [.. PlanParameters(shelf)] } };
    }

    private static List<MountParameter> PlanParameters(MountStep step)
    {
        MountOptions options = step.Options;
        var parameters = new List<MountParameter>(options.Parameters.Count + 4);
        if (step.Source.Length > 0) parameters.Add(new("source", step.Source));
        foreach (MountParameter parameter in options.Parameters) parameters.Add(parameter);
        if (options.IsReadonly && !step.LateReadonly) parameters.Add(new("ro", null));
        if ((options.Flags & MS_SYNCHRONOUS) != 0) parameters.Add(new("sync", null));
        if ((options.Flags & MS_DIRSYNC) != 0) parameters.Add(new("dirsync", null));
        if ((options.Flags & MS_MANDLOCK) != 0) parameters.Add(new("mand", null));
        if ((options.Flags & MS_LAZYTIME) != 0) parameters.Add(new("lazytime", null));
        return parameters;
    }

    // fsconfig(2) has no parameter for these two flags, takes at most 255 bytes per parameter (an overlay of many layers
    // has more), and passes no value with a comma to file systems of the old kind (overlayfs before Linux 6.5).
    private static bool NeedsLegacy(MountStep step, List<MountParameter> parameters)
    {
        if ((step.Options.Flags & (MS_I_VERSION | MS_SILENT)) != 0) return true;
        foreach (MountParameter parameter in parameters)
        {
            if (parameter.Value is not { } value) continue;
            if (Encoding.UTF8.GetByteCount(value) > MountApi.LongestFsParameter) return true;
            if (step.Type != "tmpfs" && value.Contains(',') && parameter.Key != "source" && !parameter.IsContext) return true;
        }
        return false;
    }
}
