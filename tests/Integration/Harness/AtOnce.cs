// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The same action many times concurrently, each on its own thread, which the pool would be slow to provide.</summary>
public static class AtOnce
{
    public static T[] Run<T>(int count, Func<int, T> work)
    {
        var results = new T[count];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(at => new Thread(() =>
        {
            try
            {
                results[at] = work(at);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return failure == null ? results : throw new InvalidOperationException("one of many that were at work at once failed", failure);
    }
}
