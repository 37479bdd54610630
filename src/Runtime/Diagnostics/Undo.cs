// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Diagnostics;

/// <summary>
/// The rollback of a command that fails: each effect registers its reversal, and <see cref="Dispose"/> runs them in
/// reverse order unless <see cref="Keep"/> was called.
/// </summary>
public sealed class Undo : IDisposable
{
    private readonly Stack<Action> _reversals = new();

    public void Add(Action reversal) => _reversals.Push(reversal);

    /// <summary>The command has succeeded: nothing is reversed.</summary>
    public void Keep() => _reversals.Clear();

    /// <summary>Runs the reversals, last effect first. A failed one does not stop the others.</summary>
    public void Dispose()
    {
        while (_reversals.TryPop(out Action? reversal))
        {
            try
            {
                reversal();
            }
#pragma warning disable CA1031 // A failed reversal must not stop the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.Warn($"undo: {e.Message}");
            }
        }
    }
}
