// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Programs on PATH, including the administrator's directories if PATH lacks them.</summary>
public static class Programs
{
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
}
