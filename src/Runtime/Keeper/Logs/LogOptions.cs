// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.Native;

namespace Runcs.Keeper.Logs;

/// <summary>Where a container's output goes.</summary>
/// <param name="Driver">The format.</param>
/// <param name="Path">The file, absolute; "" for none.</param>
/// <param name="MaxSize">A file that would become larger is rotated; 0 for without a limit.</param>
/// <param name="MaxFiles">The number of files, with the one that is written to.</param>
internal sealed record LogOptions(LogDriver Driver, string Path, long MaxSize, int MaxFiles)
{
    // The state directory is usually in memory.
    private const long DefaultSize = 10 << 20;
    private const int DefaultFiles = 3, MostFiles = 1000;

    private static readonly string[] _names = ["k8s-file", "plain", "none"];

    public static string Name(LogDriver driver) => _names[(int)driver];

    /// <param name="driver">The value of --log-driver; null for the default.</param>
    /// <param name="options">The values of --log-opt: <c>KEY=VALUE</c>.</param>
    /// <param name="defaultPath">The file without the option path.</param>
    /// <param name="absolute">Makes a path absolute.</param>
    /// <param name="size">Parses a size.</param>
    /// <exception cref="RuncsException"/>
    public static LogOptions Parse(string? driver, string[] options, string defaultPath, Func<string, string> absolute, Func<string, long?> size)
    {
        int index = driver == null ? 0 : Array.IndexOf(_names, driver);
        if (index < 0) throw RuncsException.At("--log-driver", $"must be k8s-file, plain or none, got \"{driver}\"");
        string? path = null;
        long? maxSize = null;
        int maxFiles = DefaultFiles;
        foreach (string option in options)
        {
            int equals = option.IndexOf('=');
            string value = option[(equals + 1)..];
            switch (equals < 0 ? "" : option[..equals])
            {
                case "path" when value.Length > 0:
                    path = absolute(value);
                    break;
                case "max-size":
                    maxSize = size(value) is { } bytes and > 0 ? bytes : throw RuncsException.At("--log-opt", $"max-size must be a size such as 10m, got \"{value}\"");
                    break;
                case "max-file":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out maxFiles) || maxFiles is < 1 or > MostFiles)
                        throw RuncsException.At("--log-opt", $"max-file must be a number from 1 to {MostFiles}, got \"{value}\"");
                    break;
                default:
                    throw RuncsException.At("--log-opt", $"must be path=FILE, max-size=SIZE or max-file=NUMBER, got \"{option}\"");
            }
        }
        if ((LogDriver)index != LogDriver.None) return new((LogDriver)index, path ?? defaultPath, maxSize ?? (path == null ? DefaultSize : 0), maxFiles);
        return options.Length == 0 ? new(LogDriver.None, "", 0, 1) : throw RuncsException.At("--log-opt", "needs a --log-driver that writes a file");
    }
}
